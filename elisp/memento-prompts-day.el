;;; memento-prompts-day.el --- The prompts of a day  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; What a timeline shows and what stands around it, however it is drawn.

;;; Code:

(require 'memento-prompts)

(declare-function memento-core-prompt-timeline "ext:memento-core")

(defface memento-prompts-selected '((t :inherit region))
  "Face of the prompt that is selected in a timeline of text."
  :group 'memento-prompts)

;;;; Internal variables

(defvar-local memento--timeline nil
  "The day that is shown, as the module returned it.")

(defvar-local memento--timeline-prompts nil
  "Its prompts, a vector in the order of time, each with the number of its `:lane'.")

(defvar-local memento--timeline-selected nil
  "The index of the selected prompt, or nil where there is none.")

(defvar-local memento--timeline-whole nil
  "Non-nil if the whole day is shown, from midnight to midnight.")

(defvar-local memento--timeline-commands nil
  "Non-nil if slash commands are shown too.")

(defvar-local memento--timeline-size nil
  "The width and height that the picture was drawn for.")

;;;; The day

(defun memento--timeline-date ()
  "Return the day that is shown, as text."
  (plist-get memento--timeline :from))

(defun memento--timeline-load (date &optional id)
  "Get the day DATE and select the prompt ID, by default the last one."
  (let ((timeline (memento--call #'memento-core-prompt-timeline date date memento--timeline-commands))
        (lane -1)
        prompts)
    (dolist (one (plist-get timeline :lanes))
      (setq lane (1+ lane))
      (dolist (prompt (plist-get one :prompts))
        (push (append prompt (list :lane lane)) prompts)))
    (setq memento--timeline timeline
          memento--timeline-prompts
          (vconcat (sort (nreverse prompts) (lambda (a b) (< (plist-get a :time) (plist-get b :time)))))
          memento--timeline-selected
          (and prompts
               (or (and id (memento--timeline-index id))
                   (1- (length memento--timeline-prompts)))))))

(defun memento--timeline-index (id)
  "Return the index of the prompt ID, or nil."
  (seq-position memento--timeline-prompts id (lambda (prompt id) (eql (plist-get prompt :id) id))))

(defun memento--timeline-current ()
  "Return the selected prompt, or nil."
  (and memento--timeline-selected (aref memento--timeline-prompts memento--timeline-selected)))

(defconst memento--timeline-hour (* 3600 1000)
  "An hour in milliseconds.")

(defun memento--timeline-span ()
  "Return the time that is shown, (FROM . TO) in milliseconds: whole hours."
  (let* ((start (plist-get memento--timeline :start))
         (end (plist-get memento--timeline :end))
         (count (length memento--timeline-prompts)))
    (if (or memento--timeline-whole (= count 0))
        (cons start end)
      (let* ((hour (lambda (index) (/ (- (plist-get (aref memento--timeline-prompts index) :time) start)
                                      memento--timeline-hour)))
             (first (funcall hour 0))
             (last (1+ (funcall hour (1- count))))
             ;; Two prompts in a row are no reason to draw minutes as if they were hours.
             (lack (max 0 (- 6 (- last first)))))
        (cons (+ start (* memento--timeline-hour (max 0 (- first (/ lack 2)))))
              (min end (+ start (* memento--timeline-hour (+ last (- lack (/ lack 2)))))))))))

(defun memento--timeline-hours (span width least)
  "Return the hours of SPAN as (TIME . LABEL), at least LEAST of WIDTH apart."
  (let* ((hours (/ (float (- (cdr span) (car span))) memento--timeline-hour))
         (step (seq-find (lambda (step) (>= (* step (/ width hours)) least)) '(1 2 3 4 6 12) 12))
         (time (car span))
         ticks)
    (while (<= time (cdr span))
      (let ((label (memento--time time "%H")))
        (when (= 0 (mod (string-to-number label) step))
          (push (cons time label) ticks)))
      (setq time (+ time memento--timeline-hour)))
    (nreverse ticks)))

(defun memento--timeline-lane-names ()
  "Return the names of the lanes."
  (mapcar (lambda (lane)
            (let ((name (memento--one-line (plist-get lane :name))))
              (if (string-empty-p name) "-" name)))
          (plist-get memento--timeline :lanes)))

;;;; What stands around the picture

(defun memento--timeline-header ()
  "Return the header line: the day and its counts."
  (let* ((count (length memento--timeline-prompts))
         (rated (seq-count (lambda (prompt) (plist-get prompt :rating)) memento--timeline-prompts))
         (day (plist-get memento--timeline :start))
         (dot (memento--glyph " · " " | "))
         (line (concat " " (propertize (memento--time day "%A %Y-%m-%d") 'face 'bold)
                       dot (memento--count count "prompt")
                       (if (= count 0) ""
                         (format " in %s%s%d rated"
                                 (memento--count (length (plist-get memento--timeline :lanes)) "project")
                                 dot rated)))))
    (memento--header-line line "n p days  TAB next  RET read  1-5 rate  ? keys " (window-width))))

(defun memento--timeline-preview (width)
  "Return lines of WIDTH about the selected prompt."
  (if-let ((prompt (memento--timeline-current)))
      (let* ((head (concat
                    " " (propertize (memento--time (plist-get prompt :time) "%H:%M:%S") 'face 'bold) "  "
                    (if (plist-get prompt :rating) (memento--prompts-stars (plist-get prompt :rating))
                      (propertize "not rated" 'face 'shadow))
                    "  " (propertize (or (plist-get prompt :name) "-") 'face 'memento-prompts-project)
                    "  " (propertize (memento--count (plist-get prompt :characters) "character") 'face 'shadow)
                    (mapconcat (lambda (tag) (propertize (concat "  #" tag) 'face 'memento-prompts-tag))
                               (plist-get prompt :tags) "")
                    (if (plist-get prompt :note)
                        (propertize (concat "  " (memento--glyph "✎ " "")
                                            (memento--one-line (plist-get prompt :note)))
                                    'face 'memento-prompts-note)
                      "")))
             (text (memento--one-line (plist-get prompt :text)))
             (width (- width 2))
             (first (truncate-string-to-width text width))
             ;; A line ends where a word does, unless that is far away.
             (blank (and (< (length first) (length text)) (string-match-p " [^ ]\\{0,20\\}\\'" first)))
             (first (if blank (substring first 0 blank) first))
             (rest (string-trim-left (substring text (length first)))))
        (concat (memento--cut head width) "\n "
                first (if (string-empty-p rest) "" (concat "\n " (memento--cut rest width))) "\n"))
    (concat "\n  No prompts on this day.\n\n"
            (if-let ((day (plist-get memento--timeline :previous)))
                (format "  p goes to %s, the day before with some.\n" day)
              "")
            (if-let ((day (plist-get memento--timeline :next))) (format "  n goes to %s, the next one.\n" day) ""))))

(defun memento--timeline-say ()
  "Tell of the selected prompt in the echo area.
For a picture that is higher than the window, where what is below is not seen."
  (when (and (memento--timeline-current) (not (active-minibuffer-window)))
    (let ((message-log-max nil))
      (message "%s" (memento--cut (memento--prompts-say (memento--timeline-current))
                                              (- (frame-width) 2))))))

(provide 'memento-prompts-day)
;;; memento-prompts-day.el ends here
