;;; memento-prompts-timeline-test.el --- Tests of days of prompts and of their numbers  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-prompts-test-helper)
(require 'memento-prompts-lanes)
(require 'memento-prompts-svg)

(defmacro memento-test-with-day (&rest body)
  "Evaluate BODY in the timeline of 2025-10-02."
  (declare (indent 0) (debug t))
  `(memento-test-with-prompts
     (memento-prompts-timeline "2025-10-02")
     ,@body))

(defun memento-test-selected ()
  "Return how the text of the selected prompt begins."
  (substring (plist-get (memento--timeline-current) :text) 0 5))

(ert-deftest memento-prompts-timeline-test-lanes ()
  (memento-test-with-day
    (let ((rows (memento-test-rows)))
      (should (string-match-p "\\` +10 +11 +12 +13 +14 +15 *\\'" (nth 0 rows)))
      (should (string-match-p "\\`shop +" (nth 1 rows)))
      (should (string-match-p "\\`garden +" (nth 2 rows)))
      (dolist (row rows)
        (should (<= (string-width row) 80)))
      ;; 10:00 is at the line of its hour.
      (should (= (string-match "[·•●]" (nth 1 rows)) (string-match "10" (nth 0 rows)))))
    (should (string-match-p "Thursday 2025-10-02 · 3 prompts in 2 projects · 0 rated" (memento--timeline-header)))
    (should (string-match-p "^ 14:00:00  not rated  garden  54 characters$" (buffer-string)))))

(ert-deftest memento-prompts-timeline-test-moving-and-rating ()
  (memento-test-with-day
    (should (equal (get-text-property (point) 'memento-bubble) 2))
    (memento-test-prompt-key "<left>")
    (should (equal (plist-get (memento--timeline-current) :text) "Explain the watering plan"))
    (memento-test-prompt-key "<up>")
    (should (equal (memento-test-selected) "Speed"))
    (should (equal (get-text-property (point) 'memento-bubble) 0))
    (memento-test-should-refuse "No other project there" (memento-prompts-timeline-up))
    (memento-test-should-refuse "first prompt of the day" (memento-prompts-timeline-previous))
    (memento-test-should-refuse "last prompt of the project" (memento-prompts-timeline-right))
    (memento-test-prompt-key "5")
    (should (equal (plist-get (memento-test-prompt "Speed") :rating) 5))
    (should (looking-at "5"))
    (memento-test-prompt-key "u")
    (should-not (looking-at "5"))
    (memento-test-prompt-key "TAB")
    (should (equal (memento-test-selected) "Expla"))
    (memento-test-prompt-key "RET")
    (should (derived-mode-p 'memento-prompts-show-mode))
    (memento-test-prompt-key "n")
    (should (string-match-p "in two lines" (buffer-string)))))

(ert-deftest memento-prompts-timeline-test-whatever-moves-selects ()
  (memento-test-with-day
    (pcase-dolist (`(,key . ,command) '(("C-f" . memento-prompts-timeline-right) ("C-b" . memento-prompts-timeline-left)
                                        ("C-n" . memento-prompts-timeline-down) ("C-p" . memento-prompts-timeline-up)))
      (should (eq (key-binding (kbd key)) command)))))

(ert-deftest memento-prompts-timeline-test-deleting-goes-to-the-next ()
  (memento-test-with-day
    (memento-test-prompt-key "<left>")
    (memento-test-prompt-key "<up>")
    (should (equal (memento-test-selected) "Speed"))
    (cl-letf (((symbol-function 'yes-or-no-p) #'always))
      (memento-test-prompt-key "d"))
    (should (equal (plist-get (memento--timeline-current) :text) "Explain the watering plan"))
    (memento-test-prompt-key "TAB")
    (cl-letf (((symbol-function 'yes-or-no-p) #'always))
      (memento-test-prompt-key "d"))
    (should (equal (plist-get (memento--timeline-current) :text) "Explain the watering plan"))))

(ert-deftest memento-prompts-timeline-test-days ()
  (memento-test-with-day
    (memento-test-prompt-key "p")
    (should (equal (memento--timeline-date) "2025-10-01"))
    (should (= (length memento--timeline-prompts) 1))
    (memento-test-prompt-key "c")
    (should (= (length memento--timeline-prompts) 2))
    (memento-test-prompt-key "c")
    (memento-test-should-refuse "No prompts before" (memento-test-prompt-key "p"))
    (memento-test-prompt-key "n")
    (memento-test-prompt-key "n")
    (should (equal (memento--timeline-date) "2025-10-03"))
    (memento-test-prompt-key "z")
    (should (string-match-p "\\` +00 +0[1-6]" (car (memento-test-rows))))
    (memento-prompts-timeline "2025-12-24")
    (should (string-match-p "No prompts on this day" (buffer-string)))
    (should (string-match-p "p goes to 2025-10-03" (buffer-string)))
    (memento-test-should-refuse "No prompts on this day" (memento-prompts-rate 1))
    (memento-test-should-refuse "No prompts on this day" (memento-prompts-timeline-next))
    (memento-test-should-refuse "is no day" (memento-prompts-timeline "no"))))

(ert-deftest memento-prompts-timeline-test-many-at-once ()
  (memento-test-with-prompt-home
    (apply #'memento-test-prompt-history
           (mapcar (lambda (n)
                     (list (format "2025-10-02 %02d:%02d" (+ 8 (mod n 10)) (mod (* 7 n) 60)) (format "p%d" (mod n 5)) "s"
                           (format "Prompt %d" n)))
                   (number-sequence 1 2000)))
    (memento-test-prompt-sync)
    (memento-prompts-timeline "2025-10-02")
    (should (= (length memento--timeline-prompts) 2000))
    ;; No two in one cell.
    (let ((seen (make-hash-table)) (at (point-min)))
      (while (< at (point-max))
        (when-let ((index (get-text-property at 'memento-bubble)))
          (puthash index t seen))
        (setq at (1+ at)))
      (should (= (hash-table-count seen) 2000)))
    (let ((begun (float-time)))
      (memento-prompts-timeline-previous)
      (should (< (- (float-time) begun) 1)))))

(ert-deftest memento-prompts-timeline-test-picture ()
  (memento-test-with-day
    (memento-prompts-rate 3)
    (let* ((picture (memento--svg-picture 800 400))
           (data (with-temp-buffer (svg-print (car picture)) (buffer-string)))
           (map (cdr picture)))
      (should (string-match-p "> ?garden</text>" data))
      (should (string-match-p "> ?3</text>" data))
      (should (= (length map) 3))
      (pcase-dolist (`((circle (,x . ,y) . ,radius) ,id ,_) map)
        (should (eq id 'memento-prompt))
        (should (and (< 0 x 800) (< 0 y 400) (<= 5 radius)))
        (should (memento--svg-at (cons x y))))
      (should-not (memento--svg-at (cons 400 2)))
      ;; The place of each leads to it.
      (let ((spot (aref memento--svg-spots 1)))
        (should (= (memento--svg-at (cons (nth 0 spot) (nth 1 spot))) 1))))))

(ert-deftest memento-prompts-stats-test-sections ()
  (memento-test-with-prompt-list
    (memento-test-list-goto "Speed up")
    (memento-prompts-rate 4)
    (memento-prompts-stats)
    (should (string-match-p "\\`5 prompts in 4 sessions on 3 days, 2025-10-01 to 2025-10-03$" (buffer-string)))
    (should (string-match-p "^1 rated (20%)" (buffer-string)))
    (dolist (row (memento-test-rows))
      (should (<= (string-width row) 80)))
    (memento-test-list-goto "  garden")
    (memento-test-prompt-key "RET")
    (should (derived-mode-p 'memento-prompts-list-mode))
    (should (= (length memento--prompts-listed) 2))
    ;; Hours are columns.
    (memento-prompts-stats)
    (let ((hour '(:hour 14)))
      (goto-char (text-property-any (point-min) (point-max) 'memento-query nil))
      (while (not (equal (get-text-property (point) 'memento-query) hour))
        (forward-char))
      (memento-test-prompt-key "RET"))
    (should (equal (mapcar (lambda (prompt) (memento--time (plist-get prompt :time) "%H")) memento--prompts-listed)
                   '("14")))
    (should (string-match-p "14:00 to 14:59" (memento--prompts-header)))
    (memento-prompts-filter-clear)
    (memento-prompts-filter-project (expand-file-name "src/garden" memento-test-home))
    ;; The numbers of what the list shows.
    (memento-test-prompt-key "i")
    (should (string-match-p "\\`2 prompts in 1 session on 1 day" (buffer-string)))
    (should (string-match-p "project garden" header-line-format))))

(ert-deftest memento-prompts-stats-test-quitting ()
  (memento-test-with-prompt-list
    (cl-letf (((symbol-function 'memento--stats-get) (lambda (_) (signal 'quit nil))))
      (condition-case nil (memento-prompts-stats) (quit nil)))
    (should (equal (buffer-name (window-buffer)) "*memento prompts*"))
    (should-not (get-buffer "*memento prompt numbers*"))))

(ert-deftest memento-prompts-stats-test-bars ()
  (should (equal (substring-no-properties (memento--stats-bar 0 10 20)) ""))
  (should (= (string-width (memento--stats-bar 10 10 20)) 20))
  (should (= (string-width (memento--stats-bar 1 100000 20)) 1))
  (let ((memento-ascii t))
    (should (equal (substring-no-properties (memento--stats-bar 5 10 20)) "##########"))
    (should (equal (substring-no-properties (memento--prompts-stars 2)) "**---"))))

(ert-deftest memento-prompts-evil-test-keys ()
  (memento-test-evil)
  (memento-test-with-prompt-list
    (unwind-protect
        (progn
          (evil-mode 1)
          (kill-buffer "*memento prompts*")
          (memento-prompts-list)
          (should (eq (bound-and-true-p evil-state) 'motion))
          (pcase-dolist (`(,key . ,command) '(("3" . memento-prompts-rate) ("n" . memento-prompts-note)
                                              ("t" . memento-prompts-tag) ("/" . memento-prompts-search)
                                              ("u" . memento-prompts-undo) ("gr" . revert-buffer)
                                              ("T" . memento-prompts-list-timeline) ("P" . memento-prompts-publish)))
            (should (eq (key-binding (kbd key)) command))))
      (evil-mode -1))))

(ert-deftest memento-prompts-evil-test-timeline ()
  (memento-test-evil)
  (memento-test-with-day
    (unwind-protect
        (progn
          (evil-mode 1)
          (pcase-dolist (`(,key . ,command) '(("h" . memento-prompts-timeline-left) ("j" . memento-prompts-timeline-down)
                                              ("k" . memento-prompts-timeline-up) ("l" . memento-prompts-timeline-right)))
            (should (eq (key-binding (kbd key)) command))))
      (evil-mode -1))))

(ert-deftest memento-prompts-evil-test-region ()
  (memento-test-evil)
  (memento-test-with-prompt-list
    (unwind-protect
        (progn
          (evil-mode 1)
          (kill-buffer "*memento prompts*")
          (memento-prompts-list)
          (memento-test-wait (lambda () (not (memento--prompts-sync-running-p))))
          (pcase-dolist (`(,keys . ,ratings) '(("Vj4" 4 4 nil nil nil) ("vj3" 3 3 nil nil nil)
                                               ("v$2" 2 3 nil nil nil) ("Vkk5" 2 3 5 5 5)))
            (goto-char (point-min))
            (when (string-search "k" keys)
              (forward-line 4))
            (execute-kbd-macro keys)
            (should (equal (mapcar (lambda (prompt) (plist-get prompt :rating)) memento--prompts-listed) ratings))
            (should-not (eq (bound-and-true-p evil-state) 'visual))))
      (evil-mode -1))))

(declare-function evil-mode "ext:evil-core")

(provide 'memento-prompts-timeline-test)
;;; memento-prompts-timeline-test.el ends here
