;;; memento-prompts-timeline.el --- A day of prompts as a picture  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-prompts-timeline' shows a day: a lane for each project, a bubble for each prompt at the time of day it was asked,
;; as big as its text is long, in the colour of its rating, which stands in it as a number too.  Here is what is shown and
;; how one moves; memento-prompts-svg.el draws it on a graphical display, memento-prompts-lanes.el on a terminal.

;;; Code:

(require 'memento-prompts-day)
(require 'memento-prompts-mark)
(require 'transient)

(declare-function memento-core-prompt-when "ext:memento-core")
(declare-function memento--evil-prompts "memento-evil")
(declare-function memento--lanes-draw "memento-prompts-lanes")
(declare-function memento--svg-draw "memento-prompts-svg")
(declare-function memento--svg-at "memento-prompts-svg")

(autoload 'memento--lanes-draw "memento-prompts-lanes")
(autoload 'memento--svg-draw "memento-prompts-svg")
(autoload 'memento--svg-at "memento-prompts-svg")
(autoload 'memento-prompts-show "memento-prompts-show" nil t)

;;;; Drawing

(defun memento--timeline-draw ()
  "Draw the day."
  (let ((inhibit-read-only t)
        (window (get-buffer-window nil t)))
    (setq memento--timeline-size (and window (cons (window-pixel-width window) (window-pixel-height window))))
    (if (and (display-graphic-p) (image-type-available-p 'svg))
        (memento--svg-draw)
      (memento--lanes-draw))
    (set-buffer-modified-p nil)
    (force-mode-line-update)))

(defun memento--timeline-resized (window)
  "Draw the day of WINDOW anew if its size is another."
  (with-current-buffer (window-buffer window)
    (unless (or (null memento--timeline)
                (equal memento--timeline-size (cons (window-pixel-width window) (window-pixel-height window))))
      (with-selected-window window
        (memento--timeline-draw)))))

(defun memento--timeline-redraw (prompts)
  "Take over what changed in PROMPTS, and draw the day anew."
  (let (changed)
    (dolist (prompt prompts)
      (when-let ((index (memento--timeline-index (plist-get prompt :id))))
        (let ((old (aref memento--timeline-prompts index)))
          (aset memento--timeline-prompts index
                (append prompt (list :lane (plist-get old :lane) :size (plist-get old :size)))))
        (setq changed t)))
    (when changed
      (memento--timeline-draw))))

(defun memento--timeline-reload (&rest _)
  "Get the day again, for `revert-buffer-function'."
  (let ((index memento--timeline-selected)
        (id (plist-get (memento--timeline-current) :id)))
    (memento--with-user-errors
      (memento--timeline-load (memento--timeline-date) id))
    ;; In the place of one that was deleted is the next.
    (when (and index memento--timeline-selected (not (memento--timeline-index id)))
      (setq memento--timeline-selected (min index (1- (length memento--timeline-prompts))))))
  (memento--timeline-draw))

(defun memento--timeline-changed ()
  "Get the days that are shown again after the library changed."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (and (derived-mode-p 'memento-prompts-timeline-mode) memento--timeline)
        (with-demoted-errors "memento: %S"
          (memento--timeline-reload))))))

(add-hook 'memento-prompts-changed-hook #'memento--timeline-changed)

;;;; Moving

(defun memento--timeline-select (index)
  "Select the prompt INDEX and draw the day anew."
  (setq memento--timeline-selected index)
  (memento--timeline-draw))

(defun memento--timeline-step (step accept wrong)
  "Select the next prompt by STEP, 1 or -1, that ACCEPT accepts.
Where there is none say WRONG."
  (let ((index (+ (or memento--timeline-selected (user-error "No prompts on this day")) step)))
    (while (and (< -1 index (length memento--timeline-prompts))
                (not (funcall accept (aref memento--timeline-prompts index))))
      (setq index (+ index step)))
    (unless (< -1 index (length memento--timeline-prompts))
      (user-error "%s" wrong))
    (memento--timeline-select index)))

(defun memento-prompts-timeline-next ()
  "Select the next prompt of the day."
  (interactive)
  (memento--timeline-step 1 #'identity "This is the last prompt of the day"))

(defun memento-prompts-timeline-previous ()
  "Select the previous prompt of the day."
  (interactive)
  (memento--timeline-step -1 #'identity "This is the first prompt of the day"))

(defun memento--timeline-in-lane (prompt)
  "Return non-nil if PROMPT is in the lane of the selected one."
  (eql (plist-get prompt :lane) (plist-get (memento--timeline-current) :lane)))

(defun memento-prompts-timeline-right ()
  "Select the next prompt of this project."
  (interactive)
  (memento--timeline-step 1 #'memento--timeline-in-lane "This is the last prompt of the project"))

(defun memento-prompts-timeline-left ()
  "Select the previous prompt of this project."
  (interactive)
  (memento--timeline-step -1 #'memento--timeline-in-lane "This is the first prompt of the project"))

(defun memento-prompts-timeline-down (&optional step)
  "Select the prompt of the project below that is nearest in time.
STEP is 1, or -1 for the project above."
  (interactive)
  (let* ((current (or (memento--timeline-current) (user-error "No prompts on this day")))
         (lane (+ (plist-get current :lane) (or step 1)))
         nearest least)
    (seq-do-indexed
     (lambda (prompt index)
       (when (eql (plist-get prompt :lane) lane)
         (let ((distance (abs (- (plist-get prompt :time) (plist-get current :time)))))
           (when (or (null least) (< distance least))
             (setq least distance nearest index)))))
     memento--timeline-prompts)
    (memento--timeline-select (or nearest (user-error "No other project there")))))

(defun memento-prompts-timeline-up ()
  "Select the prompt of the project above that is nearest in time."
  (interactive)
  (memento-prompts-timeline-down -1))

(defun memento--timeline-neighbour (id step)
  "Select the prompt STEP places from ID and return its id, nil at the end."
  (let ((index (+ (or (memento--timeline-index id) -2) step)))
    (when (< -1 index (length memento--timeline-prompts))
      (memento--timeline-select index)
      (plist-get (memento--timeline-current) :id))))

(defun memento--timeline-goto (id)
  "Select the prompt ID if it is of this day."
  (when-let ((index (memento--timeline-index id)))
    (memento--timeline-select index)))

(defun memento-prompts-timeline-mouse (event)
  "Select the prompt that EVENT is on, and visit it with a double click."
  (interactive "e")
  (select-window (posn-window (event-start event)))
  (when-let ((index (if (posn-image (event-start event))
                        (memento--svg-at (posn-object-x-y (event-start event)))
                      (get-text-property (posn-point (event-start event)) 'memento-bubble))))
    (memento--timeline-select index)
    (when (eq (car event) 'double-mouse-1)
      (memento-prompts-timeline-visit))))

;;;; Commands

(defun memento--timeline-here ()
  "Return the selected prompt, in a list."
  (list (or (memento--timeline-current) (user-error "No prompts on this day"))))

(defun memento-prompts-timeline-visit ()
  "Show all of the selected prompt."
  (interactive)
  (memento-prompts-show (plist-get (car (memento--timeline-here)) :id) (current-buffer)))

(defun memento-prompts-timeline-next-day (&optional key)
  "Show the next day with prompts; KEY is `:next' or `:previous'."
  (interactive)
  (let ((day (or (plist-get memento--timeline (or key :next))
                 (user-error (if (eq key :previous) "No prompts before this day" "No prompts after this day")))))
    (memento--with-user-errors
      (memento--timeline-load day))
    (memento--timeline-draw)))

(defun memento-prompts-timeline-previous-day ()
  "Show the previous day with prompts."
  (interactive)
  (memento-prompts-timeline-next-day :previous))

(defun memento-prompts-timeline-whole ()
  "Show the whole day, or only the hours with prompts."
  (interactive)
  (setq memento--timeline-whole (not memento--timeline-whole))
  (memento--timeline-draw))

(defun memento-prompts-timeline-commands ()
  "Show slash commands too, or no more."
  (interactive)
  (setq memento--timeline-commands (not memento--timeline-commands))
  (memento--timeline-reload))

;;;; The mode

(defvar memento-prompts-timeline-mode-map
  (let ((map (make-sparse-keymap)))
    (set-keymap-parent map (make-composed-keymap memento-prompts-mark-map special-mode-map))
    (pcase-dolist (`(,key . ,command)
                   '(("RET" . memento-prompts-timeline-visit)
                     ("TAB" . memento-prompts-timeline-next) ("<backtab>" . memento-prompts-timeline-previous)
                     ("<right>" . memento-prompts-timeline-right) ("<left>" . memento-prompts-timeline-left)
                     ("<down>" . memento-prompts-timeline-down) ("<up>" . memento-prompts-timeline-up)
                     ("n" . memento-prompts-timeline-next-day) ("p" . memento-prompts-timeline-previous-day)
                     ("T" . memento-prompts-timeline) ("z" . memento-prompts-timeline-whole)
                     ("c" . memento-prompts-timeline-commands) ("?" . memento-prompts-timeline-menu)))
      (define-key map (kbd key) command))
    ;; Whatever moves by a character moves to a prompt: what is rated is the selected one, not that under a stray cursor.
    (pcase-dolist (`(,command . ,commands)
                   '((memento-prompts-timeline-right forward-char right-char evil-forward-char)
                     (memento-prompts-timeline-left backward-char left-char evil-backward-char)
                     (memento-prompts-timeline-down next-line evil-next-line evil-next-visual-line)
                     (memento-prompts-timeline-up previous-line evil-previous-line evil-previous-visual-line)))
      (dolist (other commands)
        (define-key map (vector 'remap other) command)))
    (dolist (area '(() (memento-prompt)))
      (dolist (click '(mouse-1 double-mouse-1))
        (define-key map (vconcat area (list click)) #'memento-prompts-timeline-mouse)))
    map)
  "Keys of a day of prompts.")

(define-derived-mode memento-prompts-timeline-mode special-mode "Timeline"
  "Mode of a day of prompts as a picture.
\\<memento-prompts-timeline-mode-map>
\\[memento-prompts-timeline-next], \\[memento-prompts-timeline-previous]	the next and the previous prompt; arrows: by project
\\[memento-prompts-timeline-visit]	read it
1 to 5	rate it; 0 takes the rating away
\\[memento-prompts-note]	write a note on it
\\[memento-prompts-timeline-next-day], \\[memento-prompts-timeline-previous-day]	the next and the previous day with prompts
\\[memento-prompts-timeline]	another day
\\[memento-prompts-timeline-whole]	the whole day, or only its hours with prompts

\\{memento-prompts-timeline-mode-map}"
  (setq truncate-lines t
        header-line-format '(:eval (memento--timeline-header))
        memento--prompts-here-function #'memento--timeline-here
        memento--prompts-redraw-function #'memento--timeline-redraw
        memento--prompts-goto-function #'memento--timeline-goto
        memento--prompts-neighbour-function #'memento--timeline-neighbour)
  (setq-local revert-buffer-function #'memento--timeline-reload)
  (add-hook 'window-size-change-functions #'memento--timeline-resized nil t)
  (add-hook 'window-buffer-change-functions #'memento--timeline-resized nil t)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-prompts 'memento-prompts-timeline-mode memento-prompts-timeline-mode-map
                           '("RET" "TAB" "<backtab>" "<right>" "<left>" "<down>" "<up>" "n" "p" "T" "z" "c" "?" "q"))))

;;;; Opening it

(defun memento--timeline-read-date ()
  "Read a day and return it as text, by default today."
  (let ((answer (completing-read (format-prompt "Day (2025-10-02, yesterday, monday)" "today")
                                 '("today" "yesterday" "monday" "tuesday" "wednesday" "thursday" "friday" "saturday" "sunday")
                                 nil nil nil nil "today")))
    (memento--module-load)
    (memento--time (plist-get (memento-core-prompt-when (memento--text answer)) :from) "%Y-%m-%d")))

;;;###autoload
(defun memento-prompts-timeline (date &optional id)
  "Show the prompts of DATE as a picture, with the prompt ID selected."
  (interactive (list (memento--with-user-errors (memento--timeline-read-date))))
  (memento--with-user-errors
    (with-current-buffer (get-buffer-create "*memento timeline*")
      (unless (derived-mode-p 'memento-prompts-timeline-mode)
        (memento-prompts-timeline-mode))
      (memento--timeline-load date id))
    (pop-to-buffer-same-window "*memento timeline*")
    (memento--timeline-draw)))

;;;###autoload (autoload 'memento-prompts-timeline-menu "memento-prompts-timeline" nil t)
(transient-define-prefix memento-prompts-timeline-menu ()
  "The keys of a day of prompts."
  [["This prompt"
    ("RET" "read it" memento-prompts-timeline-visit)
    ("1" "rate it 1 to 5; 0 clears" memento-prompts-rate)
    ("N" "note" memento-prompts-note)
    ("t" "tags" memento-prompts-tag)
    ("w" "copy" memento-prompts-copy)
    ("u" "undo the last mark" memento-prompts-undo)]
   ["Move"
    ("TAB" "next prompt" memento-prompts-timeline-next :transient t)
    ("<right>" "next of project" memento-prompts-timeline-right :transient t)
    ("<down>" "project below" memento-prompts-timeline-down :transient t)
    ("n" "next day" memento-prompts-timeline-next-day :transient t)
    ("p" "previous day" memento-prompts-timeline-previous-day :transient t)]
   ["The picture"
    ("z" "whole day, or less" memento-prompts-timeline-whole)
    ("c" "slash commands too" memento-prompts-timeline-commands)
    ("T" "another day" memento-prompts-timeline)
    ("g" "look again" revert-buffer)
    ("q" "leave" quit-window)]])

(provide 'memento-prompts-timeline)
;;; memento-prompts-timeline.el ends here
